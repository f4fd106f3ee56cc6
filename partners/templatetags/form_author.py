"""`{% csrf_token %}` of every template: besides Django's token, for whom the form was made."""

from django import template
from django.template.context import RequestContext
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partners import unsaved

register = template.Library()


@register.simple_tag(takes_context=True, name="csrf_token")
def token_and_author(context: RequestContext) -> SafeString:
    """The hidden fields of a form that is sent; nobody's name where nobody has signed in."""
    token = CsrfTokenNode().render(context)
    request = context.get("request")
    person = request and getattr(request, "user", None)
    if not token or not person or not person.is_authenticated:
        return SafeString(token)
    author = unsaved.signed_author(person.pk)
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, unsaved.AUTHOR, author)
