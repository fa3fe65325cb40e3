//! English number words.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 4] = [
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// Spells a whole number below 10^15.
pub fn cardinal(number: u64) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = number;
    for (scale, name) in SCALES {
        if rest >= scale {
            below_thousand(rest / scale % 1000, &mut out);
            out.push(name.into());
            rest %= scale;
        }
    }
    if rest > 0 || out.is_empty() {
        below_thousand(rest, &mut out);
    }
    out
}

/// Spells an ordinal: `21` → twenty first.
pub fn ordinal(number: u64) -> String {
    let mut words = cardinal(number);
    if let Some(last) = words.last_mut() {
        *last = match last.as_str() {
            "one" => "first".into(),
            "two" => "second".into(),
            "three" => "third".into(),
            "five" => "fifth".into(),
            "eight" => "eighth".into(),
            "nine" => "ninth".into(),
            "twelve" => "twelfth".into(),
            word if word.ends_with('y') => format!("{}ieth", &word[..word.len() - 1]),
            word => format!("{word}th"),
        };
    }
    words.join(" ")
}

/// Spells a decade: `1990s` → nineteen nineties.
pub fn decade(number: u64) -> String {
    let words = if is_year(number) {
        year(number)
    } else {
        cardinal(number).join(" ")
    };
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{words}s"),
    }
}

/// Tests whether four digits are read as a year, in two pairs.
pub fn is_year(number: u64) -> bool {
    (1100..2000).contains(&number) || (2010..2100).contains(&number)
}

/// Spells a year: `1999` → nineteen ninety nine.
pub fn year(number: u64) -> String {
    let mut words = cardinal(number / 100);
    match number % 100 {
        0 => words.push("hundred".into()),
        small @ 1..10 => {
            words.push("oh".into());
            words.extend(cardinal(small));
        }
        rest => words.extend(cardinal(rest)),
    }
    words.join(" ")
}

/// Spells a time of day: `15:05` → fifteen oh five.
pub fn time(hour: u64, minutes: u64) -> String {
    let mut words = cardinal(hour);
    match minutes {
        0 if (1..=12).contains(&hour) => words.push("o'clock".into()),
        0 => words.push("hundred".into()),
        1..10 => {
            words.push("oh".into());
            words.extend(cardinal(minutes));
        }
        _ => words.extend(cardinal(minutes)),
    }
    words.join(" ")
}

/// Spells an amount of money: `$5.50` → five dollars and fifty cents.
pub fn money(sign: char, whole: &str, fraction: &str) -> String {
    let (single, several, cent) = match sign {
        '€' => ("euro", "euros", "cents"),
        '£' => ("pound", "pounds", "pence"),
        _ => ("dollar", "dollars", "cents"),
    };
    let amount = super::decimal(
        whole,
        if fraction.len() == 2 { "" } else { fraction },
        super::Language::English,
    );
    let name = if whole == "1" && fraction.is_empty() {
        single
    } else {
        several
    };
    let mut words = format!("{amount} {name}");
    if fraction.len() == 2
        && let Ok(cents) = fraction.parse::<u64>()
        && cents > 0
    {
        words = format!("{words} and {} {cent}", cardinal(cents).join(" "));
    }
    words
}

fn below_thousand(number: u64, out: &mut Vec<String>) {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds > 0 {
        out.push(ONES[hundreds as usize].into());
        out.push("hundred".into());
    }
    if rest >= 20 {
        out.push(TENS[(rest / 10) as usize].into());
        if !rest.is_multiple_of(10) {
            out.push(ONES[(rest % 10) as usize].into());
        }
    } else if rest > 0 || hundreds == 0 {
        out.push(ONES[rest as usize].into());
    }
}
