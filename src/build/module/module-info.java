/**
 * lunchd and its libraries, merged; compiled against the merged jar, since in src/main/java half of
 * org.conscrypt would be missing. Exported is what a handler may use.
 */
module lunchd {
  requires jdk.net;

  exports lunchd.http;
  exports lunchd.log;
  exports lunchd.operator;
  exports org.apache.commons.cli;
}
