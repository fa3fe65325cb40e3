//! Processor time of a server: unlike bytes per second it hardly depends on what else the machine does.

/// Linux counts in hundredths of a second, whatever its own clock is.
const TICKS_PER_SEC: f64 = 100.0;

/// Seconds that a process and its children have used, in user mode and in the kernel.
pub fn seconds(process: u32) -> f64 {
    let entries = std::fs::read_dir("/proc").unwrap();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let all = names.filter_map(|name| name.parse::<u32>().ok());
    // A process may end while we look.
    let found = all.filter_map(|id| Some((id, stat(id)?)));
    let ours = found.filter(|(id, (parent, _))| *id == process || *parent == process);
    ours.map(|(_, (_, ticks))| ticks as f64 / TICKS_PER_SEC)
        .sum()
}

/// The parent of a process, and its ticks.
fn stat(process: u32) -> Option<(u32, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let parent = u32::try_from(number(1)?).ok()?;
    Some((parent, number(11)? + number(12)?))
}
