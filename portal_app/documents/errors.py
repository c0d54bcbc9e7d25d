"""Why a file is not taken, in words for the person who chose it."""

from __future__ import annotations

from ..core.errors import PortalError
from ..core.texts import msg


class FileRefused(PortalError):
    """Base of every reason not to take a file."""

    text = msg("This file can't be taken.")


class FileTooLarge(FileRefused):
    text = msg("The file is too large. At most {megabytes} MB fit.")


class FileEmpty(FileRefused):
    text = msg("The file is empty.")


class FileKindUnknown(FileRefused):
    text = msg("We can't take this kind of file. Please choose a photo (JPEG, PNG, WebP, HEIC) or a PDF.")


class FileKindNotWanted(FileRefused):
    text = msg("This kind of file is not wanted here. Please choose: {kinds}.")


class FileIsDrawing(FileRefused):
    text = msg("SVG drawings can carry programs. Please choose a photo or a PDF.")


class FileIsWebPage(FileRefused):
    text = msg("This is a web page and no document. Please print it as a PDF and choose that.")


class WrongEnding(FileRefused):
    text = msg("The name says “{ending}”, but the content is {kind}. Please choose the original file.")


class PictureBroken(FileRefused):
    text = msg("This picture can't be read. It may be damaged: please take it again or choose another one.")


class PictureTooLarge(FileRefused):
    text = msg("The picture has too many points. At most {megapixels} megapixels fit.")


class PictureMoves(FileRefused):
    text = msg("Moving pictures can't be taken. Please choose a photo.")


class HidesSomething(FileRefused):
    text = msg("There is something else hidden in this file. Please save it again and choose the new one.")


class PdfBroken(FileRefused):
    text = msg("This PDF can't be read. It may be damaged: please save it again and choose the new one.")


class PdfLocked(FileRefused):
    text = msg("This PDF is protected by a password. Please save it without one and choose it again.")


class PdfActive(FileRefused):
    text = msg("This PDF contains programs or attached files. Please print it as a new PDF and choose that.")


class PdfTooLong(FileRefused):
    text = msg("This PDF has too many pages. At most {pages} fit.")


class TooHardToRead(FileRefused):
    text = msg("This file takes too long to check. Please save it in a simpler form and choose it again.")


class VirusFound(FileRefused):
    text = msg("The virus scanner found something in this file, so we did not keep it.")


class QuotaReached(FileRefused):
    text = msg("There is no room left for this project's files. Please remove some first or write to us.")


class TooManyFiles(FileRefused):
    text = msg("No more files fit here (at most {most}). Please remove one first.")


class TooManyAtOnce(PortalError):
    text = msg("Too many files at once. They go one after another: please wait a moment.")


class NotYetChecked(PortalError):
    text = msg("This file is still being checked. Please try again in a few minutes.")


class AlreadySent(PortalError):
    text = msg("This file has already been sent and can't be removed any more.")


class SentBackMeanwhile(PortalError):
    text = msg("This file has been sent back meanwhile, and the customer is asked for it again.")
