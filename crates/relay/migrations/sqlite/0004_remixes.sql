-- What a maker wants of remixes by others is a number now: 0 closed, 1 open, 2 hidden. An edge is refused while the parent's maker hides
-- remixes and the child is somebody else's; it stays so when the parent is removed. A clip stands if none of the edges above it is refused.

ALTER TABLE edges ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clips ADD COLUMN stands INTEGER NOT NULL DEFAULT 1;
