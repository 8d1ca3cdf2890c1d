/// Tests of what operators' commands do to a store.
@NullMarked
package dev.onceonly.server.admin;

import org.jspecify.annotations.NullMarked;
