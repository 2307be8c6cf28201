"""The networks' part of the running application: their page, the offer at the first start, downloads that go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.errors import StudioError
from cnnstudio.gui.models_page.offer import Offer, is_first_start
from cnnstudio.gui.models_page.page import ModelsPage
from cnnstudio.gui.models_page.unfinished import Unfinished

if TYPE_CHECKING:
    from cnnstudio.gui.main_window import MainWindow

ID = "models"


class Networks:
    """Puts the page into the window; `unfinished` is the file that names the running downloads."""

    def __init__(self, window: MainWindow, unfinished: Path) -> None:
        self._window, self._zoo = window, window.studio.models
        self.page = ModelsPage(window.studio)
        self.offer: Offer | None = None
        self._unfinished = Unfinished(unfinished, self._zoo)
        self.page.others_dropped.connect(window.incoming.drop)
        window.add_page(ID, self.page)
        window.add_actions(self.page.page_actions(self.show))
        window.add_late_actions(lambda: self.page.row_actions(self.show))
        self._zoo.manager_requested.connect(self.show)
        self._zoo.settings_requested.connect(lambda: window.show_panel("settings"))

    def show(self, name: str = "") -> None:
        """Bring the page to the front, at a network if one is named."""
        self._window.show_panel(ID)
        self.page.reveal(name)

    def begin(self, offered: bool, remember: Callable[[], None]) -> None:
        """Go on with downloads, and make the offer unless it was made before; `remember` is called at the answer."""
        try:
            self._unfinished.resume()
            wanted = not offered and not self._zoo.offline and is_first_start(self._zoo)
        except StudioError as error:  # the list of networks cannot be read
            self._window.studio.messages.error(str(error))
            return
        if not wanted:
            return
        self.offer = Offer(self._zoo)
        self.offer.answered.connect(remember)
        self.offer.closed.connect(self._take_away)
        self._window.host.welcome.add_card(self.offer)

    def close(self) -> None:
        """The window closes; what is being fetched goes on at the next start."""
        self._unfinished.close()

    def _take_away(self) -> None:
        if self.offer is not None:
            self._window.host.welcome.remove_card(self.offer)
            self.offer = None
