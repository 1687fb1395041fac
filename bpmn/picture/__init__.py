"""The picture of a procedure: BPMN DI → SVG for the eye, and its text twin for the ear. Pure.

draw(xml, marks, title)  one <svg> with the marked steps highlighted
describe(xml, marks)     the same in words: an ordered list of steps
translated(xml, words)   the diagram with its names in another language
"""

from bpmn.picture.layout import UnreadablePicture
from bpmn.picture.svg import Mark, draw
from bpmn.picture.words import StepInWords, describe, translated

__all__ = ["Mark", "StepInWords", "UnreadablePicture", "describe", "draw", "translated"]
