"""The thread that trains. It lives while there is something to do, and no longer."""

import threading

__all__ = ["Worker"]


class Worker:
    """Carries out a player's commands, and its redraws while it plays, on one background thread.

    Commands may be posted from any thread; they are obeyed one after the other, so the player needs no lock. The
    thread ends when no command waits and nothing plays; the next command starts a new one. A redraw is
    computed while the one before is being painted, and sent once that is done, so that no queue can build up.

    Args:
        player: what to drive, one call at a time, all on this thread. While its attribute ``playing`` is true,
            ``prepare()`` computes the next redraw and ``deliver(redraw)`` sends it off; ``obey(commands)`` carries
            out the commands that wait, in order; ``stopped(error)`` is told that playing has ended by itself, after
            an error, or because nothing was painted any more (None).
        patience: seconds to wait for a redraw to be painted before the screen is taken for gone.
    """

    def __init__(self, player, patience: float = 20.0):
        self._player, self._patience = player, patience
        self._news = threading.Condition()
        self._commands: list = []
        self._sent = self._painted = 0  # numbers of redraws
        self._thread: threading.Thread | None = None
        self._closed = False

    def post(self, command) -> None:
        """Have a command obeyed as soon as the redraw being computed is done; at once where none is."""
        with self._news:
            if self._closed:
                return
            self._commands.append(command)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="playground", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def number(self) -> int:
        """The number of the redraw that is about to be sent; :meth:`painted` has to answer it."""
        with self._news:
            self._sent += 1
            return self._sent

    def painted(self, number: int) -> None:
        """The screen has painted this redraw, and is ready for the next."""
        with self._news:
            self._painted = max(self._painted, number)
            self._news.notify_all()

    def close(self) -> None:
        """End the thread and take no more commands; returns once it has ended."""
        with self._news:
            self._closed = True
            self._news.notify_all()
            thread = self._thread
        if thread not in (None, threading.current_thread()):
            thread.join()

    def _run(self) -> None:
        player = self._player
        while True:
            with self._news:
                commands, self._commands = self._commands, []
                if self._closed or not (commands or player.playing):
                    self._thread = None
                    return
            try:
                if commands:
                    player.obey(commands)
                if player.playing:
                    redraw = player.prepare()
                    if self._screen_is_ready():
                        player.deliver(redraw)
            except Exception as error:  # shown to the learner; in a thread it would vanish
                player.playing = False
                player.stopped(error)

    def _screen_is_ready(self) -> bool:
        """Wait for the last redraw to be painted; False where a command came first."""
        with self._news:
            self._news.wait_for(lambda: self._painted >= self._sent or self._commands or self._closed, self._patience)
            if self._commands or self._closed:
                return False
            ready = self._painted >= self._sent
        if not ready:
            self._player.playing = False
            self._player.stopped(None)
        return ready
