//! Keys as they are written on a command line and in scenarios.

/// A key with the number of the item, where one is written behind it: `Q-7~2` is the second item of the key `Q-7`. What is
/// written `%2F`, `%25` and `%7E` in ids is read so.
///
/// ```
/// use servanda_report::numbered_key;
/// assert_eq!(numbered_key("Q-7~2"), ("Q-7".to_owned(), Some(2)));
/// assert_eq!(numbered_key("a%2Fb"), ("a/b".to_owned(), None));
/// ```
pub fn numbered_key(text: &str) -> (String, Option<usize>) {
    let (key, number) = match text.rsplit_once('~') {
        Some((key, number)) => match number.parse::<usize>() {
            Ok(number) => (key, Some(number)),
            Err(_) => (text, None),
        },
        None => (text, None),
    };
    (key.replace("%2F", "/").replace("%7E", "~").replace("%25", "%"), number)
}
