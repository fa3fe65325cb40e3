//! French number words.

const ONES: [&str; 17] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize",
];
const TENS: [&str; 7] = [
    "",
    "",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
];
const SCALES: [(u64, &str); 3] = [
    (1_000_000_000_000, "billion"),
    (1_000_000_000, "milliard"),
    (1_000_000, "million"),
];

/// Spells a whole number below 10^15.
pub fn cardinal(number: u64) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = number;
    for (scale, name) in SCALES {
        let count = rest / scale % 1000;
        if count > 0 {
            below_thousand(count, &mut out);
            out.push(if count > 1 {
                format!("{name}s")
            } else {
                name.into()
            });
            rest %= scale;
        }
    }
    if rest >= 1000 {
        if rest / 1000 > 1 {
            below_thousand(rest / 1000, &mut out);
        }
        out.push("mille".into());
        rest %= 1000;
    }
    if rest > 0 || out.is_empty() {
        below_thousand(rest, &mut out);
    }
    out
}

/// Spells an ordinal: `2e` → deuxième. `feminine` affects 1 only.
pub fn ordinal(number: u64, feminine: bool) -> String {
    if number == 1 {
        return if feminine { "première" } else { "premier" }.into();
    }
    let mut words = cardinal(number);
    if let Some(last) = words.last_mut() {
        *last = match last.as_str() {
            "cinq" => "cinquième".into(),
            "neuf" => "neuvième".into(),
            word => format!("{}ième", word.strip_suffix('e').unwrap_or(word)),
        };
    }
    words.join(" ")
}

/// Spells a time of day: `15h05` → quinze heures cinq.
pub fn time(hour: u64, minutes: u64) -> String {
    let hours = if hour == 1 {
        "une heure".into()
    } else {
        format!("{} heures", cardinal(hour).join(" "))
    };
    match minutes {
        0 => hours,
        _ => format!("{hours} {}", cardinal(minutes).join(" ")),
    }
}

/// Spells an amount of money: `5,50 €` → cinq euros cinquante.
pub fn money(sign: char, whole: &str, fraction: &str) -> String {
    let name = match sign {
        '€' => "euro",
        '£' => "livre",
        _ => "dollar",
    };
    let plural = if whole.trim_start_matches('0').len() > 1 || whole > "1" {
        "s"
    } else {
        ""
    };
    let amount = super::decimal(
        whole,
        if fraction.len() == 2 { "" } else { fraction },
        super::Language::French,
    );
    let mut words = format!("{amount} {name}{plural}");
    if fraction.len() == 2
        && let Ok(cents) = fraction.parse::<u64>()
        && cents > 0
    {
        words = format!("{words} {}", cardinal(cents).join(" "));
    }
    words
}

fn below_thousand(number: u64, out: &mut Vec<String>) {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds > 1 {
        out.push(ONES[hundreds as usize].into());
    }
    if hundreds > 0 {
        out.push(
            if hundreds > 1 && rest == 0 {
                "cents"
            } else {
                "cent"
            }
            .into(),
        );
    }
    if rest > 0 || hundreds == 0 {
        below_hundred(rest, out);
    }
}

fn below_hundred(number: u64, out: &mut Vec<String>) {
    let (tens, ones) = (number / 10, number % 10);
    match number {
        0..=16 => out.push(ONES[number as usize].into()),
        17..=19 => out.extend(["dix".into(), ONES[ones as usize].into()]),
        80 => out.extend(["quatre".into(), "vingts".into()]),
        81..=99 => {
            out.extend(["quatre".into(), "vingt".into()]);
            below_hundred(number - 80, out);
        }
        71 => out.extend(["soixante".into(), "et".into(), "onze".into()]),
        70..=79 => {
            out.push("soixante".into());
            below_hundred(number - 60, out);
        }
        _ => {
            out.push(TENS[tens as usize].into());
            if ones == 1 {
                out.push("et".into());
            }
            if ones > 0 {
                out.push(ONES[ones as usize].into());
            }
        }
    }
}
