"""Text written character by character, careful or daring.

Learns short made-up tales, measures on tales it has not seen how many bits a character costs,
beside a compressor (LZMA) that knows the same tales, and goes on with the same beginning at several
temperatures. With ``shakespeare`` as argument it learns from the plays instead, which takes some
minutes, if they are in the folder SKSEQ_DATA. No network is needed.

    python examples/character_text.py
    python examples/character_text.py shakespeare
"""

import lzma
import sys

from skseq import CharLanguageModel
from skseq.datasets import fetch_shakespeare, make_tales


def compressed_bits(known, new):
    """Return the bits per character that new texts add to the compressed known ones."""
    preset = {"format": lzma.FORMAT_XZ, "preset": 9 | lzma.PRESET_EXTREME}
    sizes = [len(lzma.compress("\n".join(t).encode(), **preset)) for t in (known, known + new)]
    return 8 * (sizes[1] - sizes[0]) / sum(map(len, new))


def main() -> None:
    if "shakespeare" in sys.argv[1:]:
        plays = {
            subset: fetch_shakespeare(subset=subset, download_if_missing=False).data
            for subset in ("train", "test")
        }
        texts, unseen = plays["train"], plays["test"]
        beginning = "ROMEO:\n"
        model = CharLanguageModel(units=192, epochs=5, learning_rate=5e-3, random_state=0)
    else:
        tales = make_tales(1000, random_state=0)
        texts, unseen = tales[:800], tales[800:]
        beginning = "Once there was a"
        model = CharLanguageModel(batch_size=16, epochs=10, learning_rate=5e-3, random_state=0)

    print(f"{sum(map(len, texts))} characters to learn from, e.g.\n\n{texts[0][:300]}\n")
    model.fit(texts)
    print("Bits per character of unseen text, lower is better")
    print(f"  CharLanguageModel  {model.bits_per_character(unseen):.2f}")
    print(f"  LZMA               {compressed_bits(texts, unseen):.2f}")

    for temperature in (0.3, 0.7, 1.0, 1.5):
        text = model.generate(
            beginning, max_new_tokens=250, temperature=temperature, random_state=0
        )
        print(f"\n--- temperature {temperature}\n{text}")


if __name__ == "__main__":
    main()
