/** A client of beanstalkd, the work queue, and a worker, on the API of Anyloop alone. */
module dev.anyloop.beanstalk {
    requires transitive dev.anyloop;
    requires static org.jspecify;

    exports dev.anyloop.beanstalk;
}
