//! What many people have alike, kept once.

use std::{
    borrow::Borrow,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

/// Places for what was seen lately; whoever comes later takes the place.
const PLACES: usize = 1 << 12;

/// Values that were seen lately, so that the same is not kept twice. Nothing depends on what is found here but the memory.
pub(crate) struct Alike<T: ?Sized>(Mutex<Vec<Option<Arc<T>>>>);

impl<T: ?Sized + Hash + Eq> Alike<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub fn shared(&self, value: impl Borrow<T> + Into<Arc<T>>) -> Arc<T> {
        let mut hasher = DefaultHasher::new();
        value.borrow().hash(&mut hasher);
        let at = hasher.finish() as usize % PLACES;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.is_empty() {
            seen.resize(PLACES, None);
        }
        match seen.get_mut(at) {
            Some(Some(known)) if **known == *value.borrow() => known.clone(),
            Some(place) => place.insert(value.into()).clone(),
            None => value.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_kept_once() {
        let texts: Alike<str> = Alike::new();
        let (a, b) = (texts.shared("the same"), texts.shared("the same"));
        assert!(Arc::ptr_eq(&a, &b));
        for n in 0..3 * PLACES {
            assert_eq!(*texts.shared(n.to_string()), n.to_string());
        }
    }
}
