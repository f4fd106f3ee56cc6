"""How the server's websockets end when it stops: in our own code, so that every browser knows that it should come back."""

from chat.socket import STOPPING
from miti.patience import PatientProtocol


class Protocol(PatientProtocol):
    """uvicorn closes websockets (with 1012) before the application hears that it stops: the code must be given here."""

    def shutdown(self) -> None:
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": STOPPING})
        self.conn.send_close(STOPPING)
        self.transport.write(b"".join(self.conn.data_to_send()))
