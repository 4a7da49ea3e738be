/**
 * The metrics of a registry as MBeans.
 *
 * <p>Start with {@link dev.evenkeel.exporter.jmx.JmxExporter}. Any thread may read the MBeans; those who find no fresh reading
 * wait for one walk of the registry, recorders for nobody.
 *
 * <p>Reading foreign MBeans as metrics is missing and would belong here; resource samplers belong to the core.
 */
@NullMarked
package dev.evenkeel.exporter.jmx;

import org.jspecify.annotations.NullMarked;
