//! Set cover over bitsets: greedy, then the fewest by branch and bound.

/// Steps (sets looked at) that the search may take; one that needs more gives the best that it has found.
const STEPS: usize = 100_000;
/// Sets beyond which none is thrown out for lying within another: it would take longer than it saves.
const COMPARED: usize = 400;

/// A set of traits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    pub fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)].into())
    }

    pub fn set(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    pub fn has(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    fn zip(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| join(*a, *b)).collect())
    }

    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    pub fn without(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    fn take(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }

    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn common(&self, other: &Self) -> usize {
        let words = self.0.iter().zip(&other.0);
        words.map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    pub fn each(&self, mut look: impl FnMut(usize)) {
        for (word, bits) in self.0.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                look(word * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }

    fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|bits| *bits != 0)?;
        Some(word * 64 + self.0[word].trailing_zeros() as usize)
    }
}

pub(super) struct Cover {
    /// By number in the list that was given.
    pub chosen_sets: Vec<usize>,
    /// There is no smaller cover.
    pub exact: bool,
}

/// Covers `goal`; `rank` breaks ties. When that takes more than `most` sets, those that cover the most.
pub(super) fn cover<R: Ord>(goal: &Bits, sets: &[(Bits, R)], most: usize) -> Cover {
    let useful = undominated(sets);
    let greedy = greedy(goal, sets, &useful);
    let mut search = Search {
        sets: useful.iter().map(|at| &sets[*at].0).collect(),
        of: Vec::new(),
        near: Vec::new(),
        best: greedy
            .iter()
            .filter_map(|at| useful.iter().position(|u| u == at))
            .collect(),
        path: Vec::new(),
        steps: 0,
    };
    search.prepare(goal);
    search.go(goal);
    let exact = search.steps < STEPS;
    let chosen: Vec<usize> = search.best.iter().map(|at| useful[*at]).collect();
    if chosen.len() > most {
        return Cover {
            chosen_sets: greedy.into_iter().take(most).collect(),
            exact: false,
        };
    }
    Cover {
        chosen_sets: chosen,
        exact,
    }
}

/// Orders so that each adds as much as possible to those before it.
pub(super) fn largest_first<R: Ord>(goal: &Bits, sets: &[(Bits, R)], chosen: &mut Vec<usize>) {
    let mut ordered = greedy(goal, sets, chosen);
    ordered.extend(
        chosen
            .iter()
            .filter(|at| !ordered.contains(at))
            .copied()
            .collect::<Vec<_>>(),
    );
    *chosen = ordered;
}

fn greedy<R: Ord>(goal: &Bits, sets: &[(Bits, R)], from: &[usize]) -> Vec<usize> {
    let (mut left, mut chosen) = (goal.clone(), Vec::new());
    while !left.is_empty() {
        let gain = |at: &&usize| (sets[**at].0.common(&left), std::cmp::Reverse(&sets[**at].1));
        match from.iter().max_by_key(gain) {
            Some(at) if sets[*at].0.common(&left) > 0 => {
                left.take(&sets[*at].0);
                chosen.push(*at);
            }
            _ => break,
        }
    }
    chosen
}

/// Sets that lie in no other; of equal ones the one of the best rank. The largest first.
fn undominated<R: Ord>(sets: &[(Bits, R)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sets.len()).filter(|at| !sets[*at].0.is_empty()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(sets[*at].0.count()), &sets[*at].1));
    let mut kept: Vec<usize> = Vec::new();
    for at in order {
        let within = |other: &usize| sets[at].0.is_within(&sets[*other].0);
        if kept.len() > COMPARED || !kept.iter().any(within) {
            kept.push(at);
        }
    }
    kept
}

struct Search<'a> {
    sets: Vec<&'a Bits>,
    /// Sets that hold each trait.
    of: Vec<Vec<usize>>,
    /// Everything that lies in a set together with each trait.
    near: Vec<Bits>,
    best: Vec<usize>,
    path: Vec<usize>,
    steps: usize,
}

impl Search<'_> {
    fn prepare(&mut self, goal: &Bits) {
        let traits = goal.0.len() * 64;
        self.of = vec![Vec::new(); traits];
        self.near = vec![Bits::new(traits); traits];
        for (at, set) in self.sets.iter().enumerate() {
            set.each(|t| {
                self.of[t].push(at);
                self.near[t].add(set);
            });
        }
    }

    fn go(&mut self, left: &Bits) {
        self.steps += 1;
        if left.is_empty() {
            if self.path.len() < self.best.len() {
                self.best = self.path.clone();
            }
            return;
        }
        if self.steps >= STEPS || self.path.len() + self.at_least(left) >= self.best.len() {
            return;
        }
        // The trait that fewest sets hold: one of them it must be.
        let mut rarest: Option<usize> = None;
        left.each(|t| {
            if rarest.is_none_or(|r| self.of[t].len() < self.of[r].len()) {
                rarest = Some(t);
            }
        });
        let Some(rarest) = rarest else { return };
        let mut branches = self.of[rarest].clone();
        self.steps += branches.len();
        branches.sort_by_cached_key(|at| std::cmp::Reverse(self.sets[*at].common(left)));
        for at in branches {
            self.path.push(at);
            self.go(&left.without(self.sets[at]));
            self.path.pop();
        }
    }

    /// Traits of which no two lie in one set: each needs a set of its own.
    fn at_least(&self, left: &Bits) -> usize {
        let (mut free, mut count) = (left.clone(), 0);
        while let Some(t) = free.first() {
            free.take(&self.near[t]);
            count += 1;
            // A trait that nothing holds would be counted for ever.
            if self.of[t].is_empty() {
                return usize::MAX / 2;
            }
        }
        count
    }
}

/// How many greed alone would take.
#[cfg(test)]
pub(super) fn largest_by_greed<R: Ord>(goal: &Bits, sets: &[(Bits, R)]) -> usize {
    greedy(goal, sets, &(0..sets.len()).collect::<Vec<_>>()).len()
}
