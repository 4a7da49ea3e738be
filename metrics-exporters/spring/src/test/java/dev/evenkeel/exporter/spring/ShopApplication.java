package dev.evenkeel.exporter.spring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A small service as its authors write it: it knows Micrometer and Spring, and nothing of us. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShopApplication {
    /** Counts what it sells. */
    @RestController
    static class Orders {
        private final Counter sold;

        Orders(MeterRegistry meters) {
            this.sold = Counter.builder("shop.sold")
                    .description("Money taken")
                    .baseUnit("euros")
                    .register(meters);
        }

        @GetMapping("/order/{item}")
        String order(@PathVariable("item") String item) {
            if (item.equals("none")) {
                throw new IllegalArgumentException("no such item");
            }
            sold.increment(2.5);
            return item;
        }
    }
}
