use rehome_proof::{company::Kind, matrix::Bench, tale::Tale};

#[tokio::test(flavor = "multi_thread")]
async fn probe() {
    for tale in Tale::ALL {
        if let Ok(only) = std::env::var("TALE") && only != tale.name() { continue; }
        let t = std::time::Instant::now();
        let mut bench = Bench::set_up(Kind { tale, ..Kind::default() }, 3, 4).await.expect("a company");
        let sums = bench.record().await.expect("recorded");
        println!("=== {} {:?} {:?}", tale.name(), t.elapsed(), sums.kinds);
        for (phase, g) in &bench.ground {
            println!("  {} calls {} classes {} moments {} positions {} kinds {:?}", phase.name(), g.calls, g.classes.len(), g.moments, g.positions.len(), g.kinds);
            for c in g.classes.keys().filter(|c| c.method != "GET") { println!("     {c}"); }
        }
        for l in &sums.failures { println!("  !! {l}"); }
        println!("units {}", bench.whole().len());
    }
}
