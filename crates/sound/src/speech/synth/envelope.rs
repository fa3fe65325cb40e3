//! A control parameter over time.

/// Piecewise linear function of time.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    points: Vec<(f32, f32)>,
}

impl Envelope {
    /// Appends a point. A point before the last one gets the time of the last one.
    pub fn push(&mut self, time_s: f32, value: f32) {
        let time_s = self.points.last().map_or(time_s, |last| last.0.max(time_s));
        self.points.push((time_s, value));
    }

    /// Holds `value` from `start_s` to `end_s`, except for ramps of `rise_s` and `fall_s` at the ends. Ramps are shortened
    /// to fit.
    pub fn hold(&mut self, start_s: f32, end_s: f32, value: f32, rise_s: f32, fall_s: f32) {
        let length = (end_s - start_s).max(0.0);
        let squeeze = (length / (rise_s + fall_s).max(1e-6)).min(1.0);
        self.push(start_s + rise_s * squeeze, value);
        self.push(end_s - fall_s * squeeze, value);
    }

    /// Creates a reader at the start.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            envelope: self,
            next: 0,
        }
    }
}

/// Evaluates an [`Envelope`] at non-decreasing times.
pub struct Reader<'a> {
    envelope: &'a Envelope,
    next: usize,
}

impl Reader<'_> {
    /// Evaluates the envelope at a time.
    pub fn at(&mut self, time_s: f32) -> f32 {
        let points = &self.envelope.points;
        while points.get(self.next).is_some_and(|point| point.0 <= time_s) {
            self.next += 1;
        }
        let before = self.next.checked_sub(1).map(|index| points[index]);
        match (before, points.get(self.next)) {
            (None, None) => 0.0,
            (Some((_, value)), None) => value,
            (None, Some((_, value))) => *value,
            (Some((from_s, from)), Some((to_s, to))) => {
                from + (to - from) * (time_s - from_s) / (to_s - from_s)
            }
        }
    }
}
