//! What steps 1 and 2 show of a pair of apps, as the window would ask for it.

use std::collections::{BTreeMap, BTreeSet};

use rehome_engine::{Rehome, view::*};
use rehome_practice::{ExportStyle, PracticeOrg};

use crate::journey::robot::begin;

/// People that are asked for at once.
const PAGE: u32 = 500;

pub struct Shown {
    pub compare: CompareView,
    pub map: MapView,
    /// Raw pieces of step 1, by title.
    pub raw: BTreeMap<String, String>,
    pub people: BTreeMap<String, PersonRow>,
    pub groups: Groups,
    pub downstream: Vec<(DownstreamGroup, BTreeSet<String>)>,
}

/// Groups of people in step 2, with everybody in them: as it was read, and with all guesses confirmed.
#[derive(Default)]
pub struct Groups {
    pub gaps: Vec<(PeopleGroup, BTreeSet<String>)>,
    pub differences: Vec<(DifferenceView, BTreeSet<String>)>,
    /// "suspended", "notUsed".
    pub suspects: Vec<(String, BTreeSet<String>)>,
}

/// Connects, reads both apps and looks at everything.
pub async fn shown(rehome: &Rehome, org: &PracticeOrg, (old, new): (&str, &str)) -> Shown {
    let id = begin(rehome, org.url(), org.token(), old, new).await;
    read(rehome, &id).await;
    look(rehome, org, &id, old).await
}

pub async fn read(rehome: &Rehome, id: &str) {
    rehome.read_apps(id.to_owned()).await.expect("reading begins");
    let frame = loop {
        let frame = rehome.migration(id.to_owned()).await.expect("open");
        match &frame.run {
            Some(run) if run.state != RunState::Finished => {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            _ => break frame,
        }
    };
    let problem = frame.run.and_then(|run| run.problem);
    assert_eq!(problem, None, "both apps are read");
}

async fn look(rehome: &Rehome, org: &PracticeOrg, id: &str, old: &str) -> Shown {
    let compare = rehome.compare(id.to_owned()).await.expect("compare");
    let raw = rehome.raw(id.to_owned()).await.expect("raw");
    let raw = raw.into_iter().map(|it| (it.title, it.old + &it.new)).collect();
    let map = rehome.map(id.to_owned(), None).await.expect("map");
    let people = page(rehome, id, None).await;
    let mut seen = Groups::default();
    seen.look(rehome, id, &map).await;
    // What a guess would do is known once it is confirmed.
    if map.guesses > 0 {
        rehome
            .confirm_guesses(id.to_owned())
            .await
            .expect("guesses are confirmed");
        let map = rehome.map(id.to_owned(), None).await.expect("map");
        seen.look(rehome, id, &map).await;
    }
    let downstream = downstream(rehome, org, id, old, &map).await;
    Shown {
        compare,
        map,
        raw,
        people,
        groups: seen,
        downstream,
    }
}

impl Groups {
    async fn look(&mut self, rehome: &Rehome, id: &str, map: &MapView) {
        for gap in &map.gaps {
            let people = set(rehome, id, &gap.set, gap.people).await;
            self.gaps.push((gap.clone(), people));
        }
        for one in &map.differences {
            let people = set(rehome, id, &one.set, one.people).await;
            self.differences.push((one.clone(), people));
        }
        for group in &map.suspects {
            let people = set(rehome, id, &group.set, group.people).await;
            self.suspects.push((map_kind(&group.set), people));
        }
    }
}

/// `suspect:notUsed`, and what else stands there, to `notUsed`: the kind carries a time.
fn map_kind(set: &str) -> String {
    let kinds = [
        "serviceAccount",
        "breakGlass",
        "deactivated",
        "suspended",
        "neverActivated",
        "neverSignedIn",
        "notUsed",
    ];
    let kind = kinds.into_iter().find(|kind| set.contains(kind));
    kind.unwrap_or_else(|| panic!("no such kind: {set}")).to_owned()
}

async fn page(rehome: &Rehome, id: &str, set: Option<String>) -> BTreeMap<String, PersonRow> {
    let mut all = BTreeMap::new();
    loop {
        let filter = PeopleFilter {
            set: set.clone(),
            ..PeopleFilter::default()
        };
        let offset = u32::try_from(all.len()).expect("few people");
        let page = rehome
            .people(id.to_owned(), filter, offset, PAGE)
            .await
            .expect("people");
        let more = !page.rows.is_empty();
        all.extend(page.rows.into_iter().map(|row| (row.id.clone(), row)));
        if !more || all.len() >= page.total as usize {
            assert_eq!(all.len(), page.total as usize, "everybody is listed");
            return all;
        }
    }
}

/// Who is in a set; the number that the view shows is true.
async fn set(rehome: &Rehome, id: &str, set: &str, count: u32) -> BTreeSet<String> {
    let people: BTreeSet<String> = page(rehome, id, Some(set.to_owned())).await.into_keys().collect();
    assert_eq!(people.len(), count as usize, "{set}");
    people
}

/// The export of the service, once everybody keeps the username of the old app.
async fn downstream(
    rehome: &Rehome,
    org: &PracticeOrg,
    id: &str,
    old: &str,
    map: &MapView,
) -> Vec<(DownstreamGroup, BTreeSet<String>)> {
    let control = org.control();
    let app = control.app(old).expect("the old app");
    let bytes = control.export(&app, ExportStyle::Semicolon);
    if bytes.is_empty() || map.people == 0 {
        return Vec::new();
    }
    for class in map.usernames.iter().filter(|it| it.class != UsernameClass::Same) {
        rehome
            .set_username_choice(id.to_owned(), class.class, UsernameChoice::KeepOld)
            .await
            .expect("the old username is kept");
    }
    let data = data_encoding::BASE64.encode(&bytes);
    let view = rehome
        .load_downstream(id.to_owned(), "users.csv".to_owned(), data, None)
        .await
        .expect("the export is read");
    let mut groups = Vec::new();
    for group in view.groups {
        let people = match group.set.as_str() {
            "" => BTreeSet::new(),
            name => set(rehome, id, name, group.count).await,
        };
        groups.push((group, people));
    }
    groups
}
