@NullMarked
package dev.onceonly.sdk.spring;

import org.jspecify.annotations.NullMarked;
