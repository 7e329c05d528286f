{{- define "raymesh.labels" -}}
app.kubernetes.io/name: raymesh
{{- end }}

{{/* By which the controller's pods are selected: not the webhook's, whose Service must not find them. */}}
{{- define "raymesh.controller" -}}
app.kubernetes.io/name: raymesh-controller
{{- end }}

{{/* A function of Kubernetes is there from a version on: (list . ">=1.28.0-0") */}}
{{- define "raymesh.knows" -}}
{{- $root := index . 0 -}}
{{- if semverCompare (index . 1) ($root.Values.kubeVersion | default $root.Capabilities.KubeVersion.Version) }}yes{{ end -}}
{{- end }}

{{/* The Secret that the pods mount. */}}
{{- define "raymesh.secret" -}}
{{- if eq .Values.certificates.mode "own" }}{{ .Values.certificates.own.secret | default "raymesh-tls" }}{{ else }}raymesh-tls{{ end -}}
{{- end }}

{{/* Where the controller runs: apart, beside-webhook, or nowhere. */}}
{{- define "raymesh.controls" -}}
{{- if eq (toString .Values.controller) "beside-webhook" }}beside-webhook{{ else if .Values.controller }}apart{{ end -}}
{{- end }}

{{/* The service accounts. Values that an older chart has left behind name none. */}}
{{- define "raymesh.account" -}}
{{- dig "webhook" "raymesh" (.Values.serviceAccounts | default dict) -}}
{{- end }}
{{- define "raymesh.controllerAccount" -}}
{{- if eq (include "raymesh.controls" .) "apart" -}}
{{- dig "controller" "raymesh-controller" (.Values.serviceAccounts | default dict) -}}
{{- else -}}
{{- include "raymesh.account" . -}}
{{- end -}}
{{- end }}

{{/* The webhook's account as API servers call it. */}}
{{- define "raymesh.caller" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "raymesh.account" . }}
{{- end }}

{{/* What the pods of both have in common. (list . labels) */}}
{{- define "raymesh.podMetadata" -}}
{{- $root := index . 0 -}}
labels:
  {{- index . 1 | nindent 2 }}
  app.kubernetes.io/part-of: raymesh
  # The API server is in no mesh: it speaks TLS to the webhook itself, and the controller talks to it alone.
  sidecar.istio.io/inject: "false"
annotations:
  prometheus.io/scrape: "true"
  prometheus.io/port: "9090"
  prometheus.io/path: /metrics
  {{- with $root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Where pods run and as whom. (list . labels) */}}
{{- define "raymesh.podSpec" -}}
{{- $root := index . 0 -}}
{{- $labels := index . 1 -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- $labels | nindent 8 }}
  {{- end }}
terminationGracePeriodSeconds: 30
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- with index $root.Values $field }}
{{ dict $field . | toYaml }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{/* The image, and what a container may do. */}}
{{- define "raymesh.image" -}}
image: {{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- if ne .Values.image.pullPolicy "IfNotPresent" }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}
{{- end }}
{{- define "raymesh.container" -}}
livenessProbe:
  httpGet:
    path: /livez
    port: admin
readinessProbe:
  httpGet:
    path: /readyz
    port: admin
  periodSeconds: 5
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- end }}

{{/* Settings as variables: (list settings) */}}
{{- define "raymesh.variables" -}}
{{- range $flag, $value := index . 0 }}
- name: RAYMESH_{{ $flag | upper | replace "-" "_" }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
