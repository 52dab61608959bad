//! Keys as they are written on a command line and in scenarios.

/// A key with the number of the item, where one is written behind it: `Q-7~2` is the second item of the key `Q-7`. What is
/// written `%2F`, `%25` and `%7E` in ids is read so.
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
