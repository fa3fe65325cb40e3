//! Prints the reading of the sentences of the standard input.
use kinora_reading::{Lexicon, Outcome, read};

fn main() {
    let lexicon = Lexicon::built_in();
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let start = std::time::Instant::now();
        let reading = read(&lexicon, &line);
        println!(
            "{line}   [{:?}, {:.2} ms]",
            reading.language,
            start.elapsed().as_secs_f64() * 1e3
        );
        for (field, value, exact) in reading.fields() {
            println!("  {field} = {}{value}", if exact { "" } else { "~" });
        }
        for word in &reading.words {
            let text = &line[word.span.clone()];
            let corrected = word
                .corrected
                .as_ref()
                .map(|it| format!(" ({it})"))
                .unwrap_or_default();
            match &word.outcome {
                Outcome::Function => {}
                Outcome::Used(field) => println!("    {text}{corrected}: {field}"),
                Outcome::Approximated(field, value) => {
                    println!("    {text}{corrected}: {field} ≈ {value}")
                }
                Outcome::NotUsed(reason) => println!("    {text}{corrected}: {reason:?}"),
            }
        }
    }
}
