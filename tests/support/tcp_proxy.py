"""A TCP proxy that can cut, delay and swallow what goes through it."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress

_CHUNK_BYTES = 64 * 1024


class TcpProxy:
    """Listens on `port` of loopback and passes everything on to `target`, on a thread of its own.

    `delay_s` holds every chunk back, in order; `swallow` keeps connections open and passes nothing on; `cut` closes
    all connections. Call `stop` at the end.
    """

    def __init__(self, port: int, target: str) -> None:
        self.delay_s = 0.0
        self.swallow = False
        host, _, target_port = target.rpartition(":")
        self._target = (host, int(target_port))
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy", daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._accept, "127.0.0.1", port))

    def cut(self) -> None:
        """Close all connections; new ones are accepted."""
        self._call(self._cut())

    def stop(self) -> None:
        """Close everything."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, call: Coroutine[None, None, object]) -> object:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(20)

    async def _close(self) -> None:
        self._server.close()
        await self._cut()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _cut(self) -> None:
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onwards = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        both = {writer, onwards}
        self._writers |= both
        try:
            await asyncio.gather(self._pass(reader, onwards), self._pass(there, writer))
        finally:
            self._writers -= both
            for each in both:
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK_BYTES):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                while self.swallow:  # noqa: ASYNC110, it is set from another thread
                    await asyncio.sleep(0.02)
                writer.write(chunk)
                await writer.drain()
        writer.close()
