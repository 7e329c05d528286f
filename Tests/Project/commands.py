"""The commands that the documents show, and what each needs to be tried here."""

import re
import shlex
import subprocess

from project import ROOT, read

# Programs that need a cluster, a registry or a cloud, none of which is here. What can be checked of them is.
ELSEWHERE = {
    "argocd", "aws", "base64", "bash", "cd", "curl", "docker", "flux", "gcloud", "git", "grep", "helm", "istioctl",
    "jq", "kind", "kubectl", "kustomize", "openssl", "skopeo"}
# Pages whose blocks are drawings.
PICTURES = {"docs/architecture.md"}
# What is tried here.
HERE = {"raymesh", "make", "swift"}


def pages():
    """Every page of the project."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    return sorted(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def blocks(text):
    """The lines of blocks of commands: those that are of no language."""
    for _, language, block in FENCED.findall(text):
        if not language:
            yield from re.sub(r"\\\n\s*", " ", block).splitlines()


def spans(text):
    """Commands within sentences and tables: spans of code that begin with a program and have arguments."""
    for span in re.findall(r"`([^`]+)`", FENCED.sub("", text)):
        words = " ".join(span.split())
        if re.match(r"(raymesh|make|kubectl|helm) .", words) or re.match(r"(hack|Tests)/[\w/-]+ ", words):
            yield words


def stages(line):
    """The programs that a line runs, each as its words: those of a pipe, of commands in a row, and of substitutions."""
    inner = r"\$\(([^()]*)\)"
    for each in re.findall(inner, line):
        yield from stages(each)
    line = re.sub(inner, "SUBSTITUTED", line)
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;()<>")
    lexer.whitespace_split = True
    stage = []
    for word in lexer:
        if set(word) <= set("|&;"):
            if stage:
                yield stage
            stage = []
        else:
            stage.append(word)
    if stage:
        yield stage


def bare(words):
    """The words without variables before the program, and without where its output goes."""
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    kept, rest = [], iter(words)
    for word in rest:
        if set(word) <= set("<>") and word:
            next(rest, None)
        else:
            kept.append(word)
    return kept


def commands():
    """Each command of each page: the page, the line that has it, and its words."""
    for page in pages():
        text = read(page)
        lines = spans(text) if page in PICTURES else [*blocks(text), *spans(text)]
        for line in lines:
            for stage in stages(line):
                if words := bare(stage):
                    yield page, line, words
