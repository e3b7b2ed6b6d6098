package lunchd.http;

/** The status codes lunchd answers with, RFC 9110 section 15 and RFC 6585. */
public enum Status {
  /** 200 OK. */
  OK(200, "OK"),
  /** 308 Permanent Redirect. */
  PERMANENT_REDIRECT(308, "Permanent Redirect"),
  /** 400 Bad Request. */
  BAD_REQUEST(400, "Bad Request"),
  /** 404 Not Found. */
  NOT_FOUND(404, "Not Found"),
  /** 405 Method Not Allowed. */
  METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
  /** 406 Not Acceptable. */
  NOT_ACCEPTABLE(406, "Not Acceptable"),
  /** 408 Request Timeout. */
  REQUEST_TIMEOUT(408, "Request Timeout"),
  /** 414 URI Too Long. */
  URI_TOO_LONG(414, "URI Too Long"),
  /** 417 Expectation Failed. */
  EXPECTATION_FAILED(417, "Expectation Failed"),
  /** 421 Misdirected Request. */
  MISDIRECTED_REQUEST(421, "Misdirected Request"),
  /** 431 Request Header Fields Too Large. */
  REQUEST_HEADER_FIELDS_TOO_LARGE(431, "Request Header Fields Too Large"),
  /** 500 Internal Server Error. */
  INTERNAL_SERVER_ERROR(500, "Internal Server Error"),
  /** 501 Not Implemented. */
  NOT_IMPLEMENTED(501, "Not Implemented"),
  /** 505 HTTP Version Not Supported. */
  HTTP_VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported");

  private final int code;
  private final String reason;

  Status(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  /** {@return the three-digit code} */
  public int code() {
    return code;
  }

  /** {@return the reason phrase} */
  public String reason() {
    return reason;
  }
}
