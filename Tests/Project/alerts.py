"""When each alert fires and when it does not: the series that a Prometheus would have, one sample a minute."""

BUILD = 'raymesh_build_info{job="raymesh", instance="%s"}'
FAILED = "raymesh_tls_handshake_failures_total"
REVIEWS = "raymesh_admission_review_seconds_bucket"
WATCH = 'raymesh_watch_restarts_total{reason="%s", resource="pods", instance="a"}'
# What ends a handshake if an API server does not trust the certificate.
DISTRUST = ["unknown-authority", "bad-certificate", "expired-certificate"]
# Each replica of the webhook has one such series.
REVIEWED = 'raymesh_admission_review_seconds_count{job="raymesh", instance="%s"}'
# A queue that is long since a minute after the start.
STARTED = {'raymesh_queue_depth{instance="a"}': "_ 3x90"}
ONE = {BUILD % "a": "1x90", REVIEWED % "a": "0x90"}
BOTH = ONE | {BUILD % "b": "1x90", REVIEWED % "b": "5x90"}
# Two replicas of the controller, which review nothing.
CONTROLLERS = {
    BUILD % "c": "1x90", BUILD % "d": "1x90", 'raymesh_leader{instance="c"}': "1x90",
    'raymesh_leader{instance="d"}': "0x90"}


def own(metric, values, instance="a"):
    """A metric that every program has, of Raymesh's process."""
    return {f'{metric}{{job="raymesh", instance="{instance}"}}': values}


def others(metric, values):
    """The same of some other process."""
    return {f'{metric}{{job="other", instance="o"}}': values}


def slow(fast, slow_ones):
    """Reviews within 1 ms, and above 100 ms, more each minute."""
    both = fast + slow_ones
    return {
        f'{REVIEWS}{{le="0.001"}}': f"0+{fast}x90", f'{REVIEWS}{{le="0.1"}}': f"0+{fast}x90",
        f'{REVIEWS}{{le="0.25"}}': f"0+{both}x90", f'{REVIEWS}{{le="+Inf"}}': f"0+{both}x90"}


def grows(series):
    return {series: "0+1x90"}


def stays(series):
    return {series: "7x90"}


# For each alert: series at which it fires, the labels that it then has beside its severity, its summary, and after how
# many minutes it fires.
FIRES = {
    "RaymeshAbsent": (CONTROLLERS, {}, "No replica of Raymesh's webhook is scraped.", 5),
    "RaymeshOneReplica": (ONE | CONTROLLERS, {}, "Only one replica of Raymesh's webhook is scraped.", 15),
    "RaymeshRestarts": (
        ONE | own("process_cpu_seconds_total", "9 1 2 1 2 1 1x80"), {"job": "raymesh", "instance": "a"},
        "a restarted 3 times within an hour.", 6),
    "RaymeshMemory": (
        ONE | own("process_resident_memory_bytes", "241172480x90"), {"job": "raymesh", "instance": "a"},
        "a has 230MiB of memory.", 15),
    "RaymeshDescriptors": (
        ONE | own("process_open_fds", "900x90") | own("process_max_fds", "1000x90"),
        {"job": "raymesh", "instance": "a"}, "a has 90% of its file descriptors open.", 5),
    "RaymeshLogLinesLost": (
        own("raymesh_log_lines_lost_total", "0+1x90"), {"job": "raymesh", "instance": "a"},
        "a has lost log lines.", 7),
    "RaymeshCertificateEndsSoon": (
        own("raymesh_certificate_not_after_timestamp_seconds", "433200x90"), {"job": "raymesh", "instance": "a"},
        "The certificate of a ends in 5d 0h 10m 0s.", 10),
    "RaymeshCertificateEnds": (
        own("raymesh_certificate_not_after_timestamp_seconds", "4800x90"), {"job": "raymesh", "instance": "a"},
        "The certificate of a ends in 50m 0s.", 30),
    "RaymeshCertificateRefused": (
        grows('raymesh_certificate_reloads_total{result="refused", instance="a"}'),
        {"result": "refused", "instance": "a"}, "a rejected a new certificate and keeps the old one.", 2),
    "RaymeshNotTrusted": (
        grows(f'{FAILED}{{listener="webhook", kind="unknown-authority"}}'), {},
        "API servers do not trust Raymesh's certificate.", 7),
    "RaymeshNotVerified": (
        {'raymesh_ca_bundle_verified{instance="a"}': "0x90"}, {"instance": "a"},
        "The certificate of a does not verify against the webhooks' caBundle.", 10),
    "RaymeshSlow": (slow(10, 1), {}, "One review in a hundred takes 233.5ms or more.", 12),
    "RaymeshTurnsAway": (
        grows('raymesh_requests_shed_total{route="/mutate"}'), {},
        "Reviews are rejected because they would exceed the API server's timeout.", 7),
    "RaymeshFull": (
        grows('raymesh_accept_paused_seconds_total{listener="webhook", instance="a"}'),
        {"listener": "webhook", "instance": "a"},
        "a reached its connection limit.", 2),
    "RaymeshServerErrors": (
        grows('raymesh_http_requests_total{listener="webhook", code="503", route="/mutate"}'), {},
        "Raymesh answers requests with errors of its own.", 12),
    "RaymeshMalformedReviews": (
        grows('raymesh_admission_reviews_total{operation="unknown", verdict="malformed"}'), {},
        "A client sends requests that are not AdmissionReviews.", 12),
    "RaymeshLeader": (
        {'raymesh_leader{instance="a"}': "0x90", 'raymesh_leader{instance="b"}': "0x90"}, {},
        "0 replicas of Raymesh apply Services; expected one.", 5),
    "RaymeshControllerAbsent": (
        BOTH | {'raymesh_leader{instance="c"}': "1x10"}, {}, "No replica of Raymesh's controller is scraped.", 30),
    "RaymeshReconcileFails": (
        grows('raymesh_reconciles_total{result="failed"}'), {}, "The controller cannot write Services.", 17),
    "RaymeshServiceConflict": (
        grows('raymesh_reconciles_total{result="conflict"}'), {},
        "A Service that Raymesh does not manage has the name that a RayCluster's Service needs.", 12),
    "RaymeshQueue": (
        {'raymesh_queue_depth{instance="a"}': "3x90"}, {"instance": "a"},
        "The work queue of a has not been empty for 15 minutes, and holds 3 RayClusters.", 15),
    "RaymeshWatchFails": (
        grows(WATCH % "failed"), {"instance": "a", "resource": "pods"}, "a cannot watch pods.", 25),
}

QUIET = {
    "RaymeshAbsent": ONE,
    "RaymeshOneReplica": BOTH,
    "RaymeshRestarts": BOTH | own("process_cpu_seconds_total", "9 1 2 1 2 3x80")
    | others("process_cpu_seconds_total", "9 1 2 1 2 1 2 1 1x80"),
    "RaymeshMemory": ONE | own("process_resident_memory_bytes", "30000000x90")
    | others("process_resident_memory_bytes", "3000000000x90"),
    "RaymeshDescriptors": ONE | own("process_open_fds", "20x90") | own("process_max_fds", "1000x90")
    | others("process_open_fds", "10x90") | others("process_max_fds", "10x90"),
    "RaymeshLogLinesLost": own("raymesh_log_lines_lost_total", "7x90"),
    "RaymeshCertificateEndsSoon": own("raymesh_certificate_not_after_timestamp_seconds", "2000000x90"),
    "RaymeshCertificateEnds": own("raymesh_certificate_not_after_timestamp_seconds", "433200x90"),
    "RaymeshCertificateRefused": stays('raymesh_certificate_reloads_total{result="refused"}')
    | grows('raymesh_certificate_reloads_total{result="replaced"}'),
    "RaymeshNotTrusted": grows(f'{FAILED}{{listener="webhook", kind="silent"}}')
    | grows(f'{FAILED}{{listener="admin", kind="unknown-authority"}}'),
    "RaymeshNotVerified": {'raymesh_ca_bundle_verified{instance="a"}': "0 0 1x90"},
    "RaymeshSlow": slow(1000, 1),
    "RaymeshTurnsAway": stays('raymesh_requests_shed_total{route="/mutate"}'),
    "RaymeshFull": stays('raymesh_accept_paused_seconds_total{listener="webhook"}')
    | grows('raymesh_accept_paused_seconds_total{listener="admin"}'),
    "RaymeshServerErrors": grows('raymesh_http_requests_total{listener="webhook", code="200"}')
    | grows('raymesh_http_requests_total{listener="admin", code="503"}'),
    "RaymeshMalformedReviews": grows('raymesh_admission_reviews_total{operation="CREATE", verdict="denied"}'),
    "RaymeshLeader": {'raymesh_leader{instance="a"}': "0x90", 'raymesh_leader{instance="b"}': "1x90"},
    "RaymeshControllerAbsent": BOTH,
    "RaymeshReconcileFails": grows('raymesh_reconciles_total{result="created"}'),
    "RaymeshServiceConflict": grows('raymesh_reconciles_total{result="refused"}'),
    "RaymeshQueue": {'raymesh_queue_depth{instance="a"}': "3 0 3 0 3 0 3 0 3 0 3 0 3 0x80"},
    "RaymeshWatchFails": grows(WATCH % "ended") | stays(WATCH % "failed"),
}
