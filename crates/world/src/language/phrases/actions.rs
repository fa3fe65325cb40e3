//! Verbs of the actions, in three forms.

use kinora_scene::vocabulary::Action;

/// Predicates of an action; a second subject follows, see [`linked_to`].
pub fn verbs(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &[
            "bounces",
            "bounces",
            "bounces",
            "is bouncing",
            "hops",
            "bounces up and down",
            "bounces along",
        ],
        Action::Roll => &[
            "rolls",
            "rolls",
            "rolls",
            "is rolling",
            "rolls along",
            "tumbles along",
            "rolls past",
        ],
        Action::Collide => &[
            "hits",
            "hits",
            "collides with",
            "crashes into",
            "bumps into",
            "knocks into",
            "rolls into",
        ],
        Action::Fall => &[
            "falls",
            "falls",
            "falls down",
            "drops",
            "is falling",
            "drops down",
            "falls from above",
        ],
        Action::Pendulum => &[
            "swings on a rope",
            "swings on a rope",
            "swings like a pendulum",
            "hangs on a rope and swings",
            "is swinging on a rope",
            "swings back and forth",
        ],
        Action::Stack => &[
            "lands on top of",
            "is stacked on",
            "drops onto",
            "stacks on",
        ],
        Action::Topple => &[
            "topples over",
            "tips over",
            "is toppling over",
            "keels over",
        ],
        Action::Throw => &["throws", "tosses", "is throwing", "hurls"],
        Action::Catch => &["catches", "is catching", "grabs from the air"],
        Action::Walk => &["walks", "is walking", "strolls", "walks by"],
        Action::Run => &["runs", "is running", "sprints", "jogs"],
        Action::Jump => &["jumps", "is jumping", "leaps", "jumps up"],
        Action::Flip => &[
            "does a flip",
            "does a somersault",
            "flips through the air",
            "performs a somersault",
        ],
        Action::Pour => &[
            "pours water into",
            "is pouring water into",
            "is emptied into",
            "fills",
        ],
        Action::Wave => &["waves", "is waving", "waves hello", "waves a hand"],
        Action::Dance => &["dances", "is dancing", "grooves", "dances to a beat"],
        Action::Talk => &["says", "says", "is saying"],
        Action::Look => &[
            "looks around",
            "looks about",
            "is looking around",
            "glances around",
        ],
    }
}

/// Participles of an action.
pub fn gerunds(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &["bouncing", "bouncing", "hopping", "bouncing along"],
        Action::Roll => &["rolling", "rolling", "rolling along", "tumbling along"],
        Action::Collide => &["hitting", "colliding with", "crashing into", "bumping into"],
        Action::Fall => &["falling", "falling down", "dropping", "falling from above"],
        Action::Pendulum => &["swinging on a rope", "swinging", "swinging like a pendulum"],
        Action::Stack => &["landing on top of", "stacked on", "dropping onto"],
        Action::Topple => &["toppling over", "tipping over", "keeling over"],
        Action::Throw => &["throwing", "tossing", "hurling"],
        Action::Catch => &["catching"],
        Action::Walk => &["walking", "strolling"],
        Action::Run => &["running", "sprinting", "jogging"],
        Action::Jump => &["jumping", "leaping"],
        Action::Flip => &[
            "doing a flip",
            "doing a somersault",
            "flipping through the air",
        ],
        Action::Pour => &["pouring water into", "being emptied into", "filling"],
        Action::Wave => &["waving", "waving hello"],
        Action::Dance => &["dancing", "grooving"],
        Action::Talk => &["saying"],
        Action::Look => &["looking around", "looking about", "glancing around"],
    }
}

/// Tags of an action.
pub fn action_tags(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &["bounce", "bounce", "bouncing", "bounces"],
        Action::Roll => &["roll", "roll", "rolling", "rolls"],
        Action::Collide => &["collide", "collision", "crash", "hit"],
        Action::Fall => &["fall", "fall", "falling", "drop"],
        Action::Pendulum => &["pendulum", "pendulum", "swing", "swinging"],
        Action::Stack => &["stack", "stack", "stacking", "tower"],
        Action::Topple => &["topple", "topple", "toppling", "dominoes"],
        Action::Throw => &["throw", "throw", "throwing", "toss"],
        Action::Catch => &["catch", "catch", "catching"],
        Action::Walk => &["walk", "walk", "walking"],
        Action::Run => &["run", "run", "running"],
        Action::Jump => &["jump", "jump", "jumping"],
        Action::Flip => &["flip", "flip", "somersault", "salto"],
        Action::Pour => &["pour", "pour", "pouring"],
        Action::Wave => &["wave", "wave", "waving"],
        Action::Dance => &["dance", "dance", "dancing"],
        Action::Talk => &["talk", "talk", "talking", "speech"],
        Action::Look => &["look around", "looking around", "portrait"],
    }
}

/// Links between the verb and the second subject, and between the second and the third.
pub fn linked_to(action: Action) -> [&'static str; 2] {
    match action {
        Action::Collide | Action::Stack => ["", "and"],
        Action::Topple => ["into", "and"],
        Action::Throw => ["", "to"],
        Action::Catch | Action::Pour => ["", ""],
        _ => ["beside", "beside"],
    }
}
