"""Emoji and emoticons as words: what they say about the writer's mood, nothing finer."""

_MOODS = {
    "zangry": "😠😡🤬👿😤💢🖕🤮🤢💩👎😾",
    "zsad": "😢😭😞😔🙁😟😩😫😥😓💔😕😖😣🥺😿😪",
    "zhappy": "😀😃😄😁😊🙂😍🥰😘☺👍🎉❤💕💖💙💚💛🧡💜👏💪🤗😎🥳✨👌🤩😻",
    "zlaugh": "😂🤣😅😆🤭😜😝😛",
    "zirony": "🙄😒😑😐🤡🙃😏🤦🤷😬🫠🤨",
    "zplease": "🙏🤞",
    "zalarm": "🚨🆘⚠⛔❗❌😱😰😨🔥☠",
}
_WORD_OF = {char: f" {word} " for word, chars in _MOODS.items() for char in chars}

EMOTICONS = (
    (":)", " zhappy "),
    (":-)", " zhappy "),
    (";)", " zhappy "),
    (":D", " zhappy "),
    ("<3", " zhappy "),
    ("^^", " zhappy "),
    (":(", " zsad "),
    (":-(", " zsad "),
    (":'(", " zsad "),
    (">:(", " zangry "),
    (":/", " zirony "),
    ("-_-", " zirony "),
)


def emoji_word(char: str) -> str:
    """The mood word of an emoji, a space for any other sign."""
    return _WORD_OF.get(char, " ")
