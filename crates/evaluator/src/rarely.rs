//! Parts of an instance in which most instances have nothing: of a hundred thousand, few hold one at a time.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Something that is mostly nothing, and then takes the room of a pointer. It is read, compared and stored as what it
/// holds; to change it makes it.
#[derive(Clone)]
pub(crate) struct Rarely<T>(Option<Box<T>>);

/// What can be nothing.
pub(crate) trait Rare: Default + Sized + 'static {
    /// What there is where nothing is.
    fn nothing() -> &'static Self;

    /// Whether it is no more than that.
    fn is_nothing(&self) -> bool;
}

/// Says of types what they are where nothing is: their default.
macro_rules! rare {
    ($($type:ty)*) => {$(
        impl $crate::rarely::Rare for $type {
            fn nothing() -> &'static Self {
                static NOTHING: std::sync::LazyLock<$type> = std::sync::LazyLock::new(Default::default);
                &NOTHING
            }

            fn is_nothing(&self) -> bool {
                *self == *Self::nothing()
            }
        }
    )*};
}
pub(crate) use rare;

impl<T> Default for Rarely<T> {
    fn default() -> Self {
        Rarely(None)
    }
}

impl<T> Rarely<T> {
    /// What it holds, where that has been made.
    pub(crate) fn held(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Rare> Rarely<T> {
    /// Gives its room back where it has come to be nothing.
    pub(crate) fn let_go(&mut self) {
        if self.0.as_deref().is_some_and(Rare::is_nothing) {
            self.0 = None;
        }
    }
}

impl<T: Rare> From<T> for Rarely<T> {
    fn from(held: T) -> Self {
        Rarely((!held.is_nothing()).then(|| Box::new(held)))
    }
}

impl<T: Rare> Deref for Rarely<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::nothing())
    }
}

impl<T: Rare> DerefMut for Rarely<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Rare + PartialEq> PartialEq for Rarely<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Rare + fmt::Debug> fmt::Debug for Rarely<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Rare + Serialize> Serialize for Rarely<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'d, T: Rare + Deserialize<'d>> Deserialize<'d> for Rarely<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}
