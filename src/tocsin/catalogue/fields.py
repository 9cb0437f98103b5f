"""The event fields that a text may fill in, with what a reader calls them."""

from typing import Final

from tocsin.kernel.words import Language

#: Facts of every finding, as `findings` names them; a text may use each.
STANDARD: Final[dict[str, tuple[str, str]]] = {
    "address": ("Address", "IP 地址"),
    "port": ("Port", "端口"),
    "transport": ("Protocol", "传输协议"),
    "host": ("Host name", "主机名"),
    "url": ("Web address", "网址"),
    "first_seen": ("First seen", "首次发现"),
    "last_seen": ("Last seen", "最近发现"),
}

#: Evidence: the `f_` columns of the NORMAL frame without `f_`; a text may use those that its problem declares.
EVIDENCE: Final[dict[str, tuple[str, str]]] = {
    "amplification": ("Amplification factor", "放大倍数"),
    "attack": ("Kind of attack", "攻击方式"),
    "banner": ("Greeting of the service", "服务标识信息"),
    "category": ("Category", "类别"),
    "cipher": ("Cipher suite", "加密套件"),
    "cluster": ("Cluster name", "集群名称"),
    "cve": ("Vulnerability", "漏洞编号"),
    "databases": ("Databases visible", "可见的数据库"),
    "dns_version": ("DNS software", "DNS 软件版本"),
    "first_detected": ("Detected since", "最早检测时间"),
    "hash_sha256": ("SHA-256 of the file", "文件 SHA-256"),
    "http_code": ("HTTP status", "HTTP 状态码"),
    "infection_channel": ("How it was noticed", "发现途径"),
    "list_name": ("Blocklist", "黑名单名称"),
    "malware": ("Malware family", "恶意程序家族"),
    "model": ("Model", "型号"),
    "network": ("Network", "网段"),
    "product": ("Product", "产品"),
    "reason": ("Reason given", "列入原因"),
    "server": ("Web server", "Web 服务器"),
    "service": ("Service", "服务"),
    "smb_version": ("SMB version", "SMB 版本"),
    "source_list": ("Reported by", "信息来源"),
    "spoof_result": ("Result of the test", "测试结果"),
    "sysdesc": ("System description", "系统描述"),
    "sysname": ("System name", "系统名称"),
    "tag": ("Tag in the report", "报告标签"),
    "target_address": ("Address contacted", "连接的目标地址"),
    "target_port": ("Port contacted", "连接的目标端口"),
    "tls_issuer": ("Certificate issued by", "证书颁发者"),
    "tls_subject": ("Certificate issued to", "证书使用者"),
    "tls_version": ("TLS version", "TLS 版本"),
    "vendor": ("Manufacturer", "厂商"),
    "version": ("Version", "版本"),
}

#: Fields in a canonical form of our own (`kernel.subjects`, numbers): only these may stand inside a command.
SAFE_IN_COMMANDS: Final = frozenset({"address", "port", "transport", "host"})


#: Measures to which senders give more digits than mean anything -> decimals that are read.
_MEASURES: Final[dict[str, int]] = {"amplification": 1}


def written(field: str, value: str) -> str:
    """Write a value of evidence as a person reads it; tables keep it to the letter."""
    decimals = _MEASURES.get(field)
    if decimals is None:
        return value
    try:
        return f"{float(value):.{decimals}f}"
    except ValueError:
        return value


def label(field: str, language: Language) -> str:
    """Give the reader's name of a field; a field that is not known names itself."""
    names = STANDARD.get(field) or EVIDENCE.get(field)
    if names is None:
        return field.replace("_", " ")
    return names[1] if language is Language.CHINESE else names[0]
