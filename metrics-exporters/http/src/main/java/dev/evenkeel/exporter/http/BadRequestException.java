package dev.evenkeel.exporter.http;

/** A request that is not answered but refused, and after which the connection is of no use. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final AdminTelemetry.Refusal refusal;

    BadRequestException(int status, AdminTelemetry.Refusal refusal, String message) {
        super(message, null, false, false); // a client's mistake: its stack says nothing
        this.status = status;
        this.refusal = refusal;
    }

    int status() {
        return status;
    }

    AdminTelemetry.Refusal refusal() {
        return refusal;
    }
}
