"""The picture of a procedure: BPMN DI → SVG for the eye, and its text twin for the ear. Pure.

draw(xml, marks, title)  one <svg> with the marked steps highlighted
describe(xml, marks)     the same in words: an ordered list of steps
"""

from bpmn.picture.layout import UnreadablePicture
from bpmn.picture.svg import Mark, draw
from bpmn.picture.words import StepInWords, describe

__all__ = ["Mark", "StepInWords", "UnreadablePicture", "describe", "draw"]
