/// Pages for people: the timelines of runs. Without a script, everything escaped.
@NullMarked
package dev.onceonly.http.ui;

import org.jspecify.annotations.NullMarked;
