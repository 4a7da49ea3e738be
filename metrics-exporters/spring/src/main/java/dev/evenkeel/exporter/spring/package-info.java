/**
 * Our core behind the meters of a Spring Boot service.
 *
 * <p>Start with {@link dev.evenkeel.exporter.spring.EvenkeelAutoConfiguration}, which a service gets by having this artifact on its class
 * path, and {@link dev.evenkeel.exporter.spring.EvenkeelProperties}, which it may set. Beans are made once, by Spring; the endpoint may
 * be called by any thread.
 *
 * <p>What works without Spring does not belong here: the meter registry is in {@code dev.evenkeel.exporter.micrometer}.
 */
@NullMarked
package dev.evenkeel.exporter.spring;

import org.jspecify.annotations.NullMarked;
