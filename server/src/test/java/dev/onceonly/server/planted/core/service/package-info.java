/// The planted place where concepts may be composed.
@NullMarked
package dev.onceonly.server.planted.core.service;

import org.jspecify.annotations.NullMarked;
