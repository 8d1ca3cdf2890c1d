/// The bird that every gate of the parent POM lets pass; a copy with one planted fault must not.
@NullMarked
package dev.onceonly.canary;

import org.jspecify.annotations.NullMarked;
