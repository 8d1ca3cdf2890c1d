@NullMarked
package dev.onceonly.sdk.langchain4j;

import org.jspecify.annotations.NullMarked;
