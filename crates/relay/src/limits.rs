//! How often somebody may ask: per address (IPv6: per /64, because one line has that many), and per key.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::http::{HeaderMap, Method};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use ipnet::IpNet;

use crate::config::Config;
use crate::error::ApiError;

/// Seconds' worth of requests that may come at once.
const BURST_SECS: u32 = 10;

/// The limiters. What they know is forgotten when it does not matter any more, and when the relay stops.
#[derive(Debug)]
pub struct Limits {
    trusted: Vec<IpNet>,
    reads: DefaultKeyedRateLimiter<IpAddr>,
    writes: DefaultKeyedRateLimiter<IpAddr>,
    keys: DefaultKeyedRateLimiter<String>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    /// Limiters as configured.
    pub fn new(config: &Config) -> Self {
        Self {
            trusted: config.trusted_proxy.clone(),
            reads: DefaultKeyedRateLimiter::keyed(quota(config.reads_per_second)),
            writes: DefaultKeyedRateLimiter::keyed(quota(config.writes_per_second)),
            keys: DefaultKeyedRateLimiter::keyed(quota(config.writes_per_second)),
            reports: DefaultKeyedRateLimiter::keyed(Quota::per_hour(config.reports_per_hour)),
        }
    }

    /// Counts a request of an address.
    pub fn address(
        &self,
        method: &Method,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), ApiError> {
        let client = group(client(peer.ip(), headers, &self.trusted));
        let limiter = if method.is_safe() {
            &self.reads
        } else {
            &self.writes
        };
        count(limiter, &client)
    }

    /// Counts a signed request of a key.
    pub fn key(&self, key: &str) -> Result<(), ApiError> {
        count(&self.keys, &key.to_owned())
    }

    /// Counts a report of an address.
    pub fn report(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), ApiError> {
        count(
            &self.reports,
            &group(client(peer.ip(), headers, &self.trusted)),
        )
    }

    /// Forgets those who have been quiet.
    pub fn forget_quiet(&self) {
        self.reads.retain_recent();
        self.writes.retain_recent();
        self.keys.retain_recent();
        self.reports.retain_recent();
    }
}

fn quota(per_second: NonZeroU32) -> Quota {
    Quota::per_second(per_second)
        .allow_burst(per_second.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECS - 1)))
}

fn count<K: Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), ApiError> {
    limiter
        .check_key(key)
        .map_err(|not_until| ApiError::TooMany {
            seconds: not_until
                .wait_time_from(DefaultClock::default().now())
                .as_secs()
                + 1,
        })
}

/// Who asks: the peer, or, where the peer is a proxy of ours, the last address in `X-Forwarded-For` that is not. What
/// stands before it was written by whoever asked.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    let values = headers.get_all("x-forwarded-for").iter().rev();
    let hops = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','));
    for hop in hops {
        if !is_ours(&client) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
    }
    client
}

fn group(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            segments[4..].fill(0);
            Ipv6Addr::from(segments).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(
                "x-forwarded-for",
                axum::http::HeaderValue::from_static(value),
            );
        }
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            from("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.2.2.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            from("10.0.0.1", &["1.1.1.1", "198.51.100.1"]),
            "198.51.100.1"
        );
        assert_eq!(from("10.0.0.1", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn one_line_of_ipv6_counts_as_one() {
        let of = |text: &str| group(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
