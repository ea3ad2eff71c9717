"""Runtime: what TensorFlow does to a process, in one place.

Quiet imports of TensorFlow and Keras, memory that is kept between batches, and the refusal to
compute after a fork are here. Networks, layers and the engine are elsewhere. ``training``,
``networks`` and ``layers`` take ``keras`` and ``tf`` from here instead of importing them.
"""
