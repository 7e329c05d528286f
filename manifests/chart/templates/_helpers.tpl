{{- define "raymesh.labels" -}}
app.kubernetes.io/name: raymesh
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
