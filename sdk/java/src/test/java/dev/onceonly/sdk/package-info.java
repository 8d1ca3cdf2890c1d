@NullMarked
package dev.onceonly.sdk;

import org.jspecify.annotations.NullMarked;
