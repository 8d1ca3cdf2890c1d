/// The embedded store: the lane's session, the tables and the migrations on SQLite.
@NullMarked
package dev.onceonly.store.sqlite;

import org.jspecify.annotations.NullMarked;
