//! What is kept for each person, in the order of their ids. A tree of so large nodes stands half empty, or is made by way of a
//! second list of everybody; one list, in order, takes what it holds.

use crate::UserId;

/// A map from people: lookups by halving, and cheap to fill in the order of the ids. Putting somebody in between moves all who
/// follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByUser<T>(Vec<(UserId, T)>);

impl<T> ByUser<T> {
    fn place(&self, user: &UserId) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(user))
    }

    pub fn get(&self, user: &UserId) -> Option<&T> {
        let at = self.place(user).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// With the id as it is kept here.
    pub fn get_key_value(&self, user: &UserId) -> Option<(&UserId, &T)> {
        let at = self.place(user).ok()?;
        self.0.get(at).map(|(user, value)| (user, value))
    }

    pub fn get_mut(&mut self, user: &UserId) -> Option<&mut T> {
        let at = self.place(user).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    pub fn contains_key(&self, user: &UserId) -> bool {
        self.place(user).is_ok()
    }

    /// Gives what was there before.
    pub fn insert(&mut self, user: UserId, value: T) -> Option<T> {
        if self.0.last().is_none_or(|(last, _)| *last < user) {
            self.0.push((user, value));
            return None;
        }
        match self.place(&user) {
            Ok(at) => self.0.get_mut(at).map(|(_, place)| std::mem::replace(place, value)),
            Err(at) => {
                self.0.insert(at, (user, value));
                None
            }
        }
    }

    pub fn remove(&mut self, user: &UserId) -> Option<T> {
        let at = self.place(user).ok()?;
        Some(self.0.remove(at).1)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&UserId, &T)> + Clone {
        self.0.iter().map(|(user, value)| (user, value))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &UserId> + Clone {
        self.0.iter().map(|(user, _)| user)
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nobody, and no memory either.
    pub fn clear(&mut self) {
        self.0 = Vec::new();
    }

    /// Gives back what was set aside for more people.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl<T> Default for ByUser<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Of two values for one person the later one counts.
impl<T> FromIterator<(UserId, T)> for ByUser<T> {
    fn from_iter<I: IntoIterator<Item = (UserId, T)>>(iter: I) -> Self {
        let mut all: Vec<(UserId, T)> = iter.into_iter().collect();
        if !all.is_sorted_by(|a, b| a.0 < b.0) {
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all.reverse();
            all.dedup_by(|a, b| a.0 == b.0);
            all.reverse();
        }
        // A list made from a part of another one may still have the room of that.
        all.shrink_to_fit();
        Self(all)
    }
}

impl<'a, T> IntoIterator for &'a ByUser<T> {
    type Item = (&'a UserId, &'a T);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (UserId, T)>, fn(&'a (UserId, T)) -> (&'a UserId, &'a T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(user, value)| (user, value))
    }
}

impl<T> IntoIterator for ByUser<T> {
    type Item = (UserId, T);
    type IntoIter = std::vec::IntoIter<(UserId, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_same_as_a_tree() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % 50
        };
        let (mut tree, mut list) = (BTreeMap::new(), ByUser::default());
        for n in 0..500 {
            let user = UserId::from(format!("00u{:03}", next()));
            if n % 5 == 0 {
                assert_eq!(list.remove(&user), tree.remove(&user));
            } else {
                assert_eq!(list.insert(user.clone(), n), tree.insert(user.clone(), n));
            }
            assert_eq!(list.get(&user), tree.get(&user));
            assert!(list.iter().eq(tree.iter()));
        }
        let pairs: Vec<(UserId, u64)> = (0..200)
            .map(|n| (UserId::from(format!("00u{:03}", next())), n))
            .collect();
        let (tree, list): (BTreeMap<_, _>, ByUser<_>) = (pairs.iter().cloned().collect(), pairs.into_iter().collect());
        assert!(list.into_iter().eq(tree));
    }
}
