package dev.onceonly.sdk.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/// An application that starts and ends.
@SpringBootConfiguration
@EnableAutoConfiguration
class ShortApplication {
  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(ShortApplication.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.run(arguments).close();
  }
}
