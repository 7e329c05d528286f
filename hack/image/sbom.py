"""Writes the contents of the image as an SPDX 2.3 document."""

import hashlib
import json
import re
import urllib.parse


def identifier(kind, name):
    return f"SPDXRef-{kind}-{re.sub(r'[^A-Za-z0-9.-]', '-', name)}"


def sha256(content):
    return [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()}]


def package(kind, name, version, license, location, **more):
    """Returns the fields that every package of the document has."""
    return {
        "SPDXID": identifier(kind, name), "name": name, "versionInfo": version, "downloadLocation": location,
        "filesAnalyzed": False, "licenseDeclared": license, "licenseConcluded": "NOASSERTION",
        "copyrightText": "NOASSERTION", **more}


def reference(locator):
    """Returns the package URL, by which scanners know a package."""
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}]


def of_debian(each, architecture, release):
    name, version = each.name, each.control("Version")
    source = each.control("Source").split()[0] if each.control("Source") else name
    quoted = [urllib.parse.quote(text, safe="") for text in (name, version)]
    return package(
        "Debian", name, version, each.license, "NOASSERTION", primaryPackagePurpose="LIBRARY",
        supplier=f"Person: {each.control('Maintainer').replace('<', '(').replace('>', ')')}",
        sourceInfo=f"from Debian's source package {source}; its shared libraries and licenses alone are here",
        licenseComments=f"The copyright file is in the image, /usr/share/doc/{name}/copyright.",
        checksums=sha256(each.file.read_bytes()),
        externalRefs=reference(f"pkg:deb/debian/{quoted[0]}@{quoted[1]}?arch={architecture}&distro=debian-{release}"))


def of_swift(each):
    name = each.location.removeprefix("https://")
    return package(
        "Swift", each.name, each.version, each.license, f"git+{each.location}",
        primaryPackagePurpose="LIBRARY", externalRefs=reference(f"pkg:swift/{name}@{each.version}"),
        licenseComments=f"The license is in the image, in /usr/share/doc/{each.name}.")


def document(version, architecture, binary, debian, swift, created):
    """Returns the document for an image with this binary, Debian packages and Swift packages."""
    image = package("Image", "raymesh-image", version, "NOASSERTION", "NOASSERTION", primaryPackagePurpose="CONTAINER")
    program = package(
        "Program", "raymesh", version, "Apache-2.0", "NOASSERTION", primaryPackagePurpose="APPLICATION",
        checksums=sha256(binary), packageFileName="/usr/bin/raymesh")
    # base-files 12.4 belongs to Debian 12.
    [release] = [each.control("Version").split(".")[0] for each in debian if each.name == "base-files"]
    libraries = [of_debian(each, architecture, release) for each in debian]
    linked = [of_swift(each) for each in swift]
    related = [("SPDXRef-DOCUMENT", "DESCRIBES", image), (image["SPDXID"], "CONTAINS", program)]
    related += [(image["SPDXID"], "CONTAINS", each) for each in libraries]
    related += [(program["SPDXID"], "STATIC_LINK", each) for each in linked]
    packages = [image, program, *libraries, *linked]
    name = f"raymesh-{version}-{architecture}"
    unique = hashlib.sha256(json.dumps([created, packages]).encode()).hexdigest()
    return json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
        "documentNamespace": f"https://raymesh.io/spdx/{name}-{unique}",
        "creationInfo": {"created": created, "creators": ["Tool: raymesh-hack-image"]}, "packages": packages,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other["SPDXID"]}
            for one, kind, other in related]}, indent=2) + "\n"
