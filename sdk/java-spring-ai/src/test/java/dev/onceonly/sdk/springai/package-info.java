@NullMarked
package dev.onceonly.sdk.springai;

import org.jspecify.annotations.NullMarked;
