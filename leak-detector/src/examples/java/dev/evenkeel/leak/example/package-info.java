/** Well-known libraries under the leak detector: opened, used and closed, and used wrongly. Compiled with the tests. */
@NullMarked
package dev.evenkeel.leak.example;

import org.jspecify.annotations.NullMarked;
